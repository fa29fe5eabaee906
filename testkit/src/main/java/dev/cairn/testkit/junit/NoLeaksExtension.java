package dev.cairn.testkit.junit;

import dev.cairn.alloc.Allocator;
import dev.cairn.memory.Heap;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// What [NoLeaks] adds to JUnit.
public final class NoLeaksExtension implements InvocationInterceptor, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(NoLeaksExtension.class);

  /// Is made by JUnit.
  public NoLeaksExtension() {}

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    // So that what a constructor opens belongs to the test that it is called for.
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Heap.class || type == Allocator.class;
  }

  @Override
  public Heap resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return heapsOf(context).openForParameter();
  }

  @Override
  public <T> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> call,
      ExtensionContext context)
      throws Throwable {
    return heapsOf(context).during(invocation);
  }

  @Override
  public void interceptBeforeAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public <T extends @Nullable Object> T interceptTestFactoryMethod(
      Invocation<T> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
      throws Throwable {
    return heapsOf(context).during(invocation);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    heapsOf(context).during(invocation);
  }

  /// The heaps of a test or a class. JUnit closes them last, after all that the test has asked for.
  private static TestHeaps heapsOf(ExtensionContext context) {
    // A store has what those of outer contexts have, so the key says whose heaps they are.
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            context.getUniqueId(), _ -> new TestHeaps(context, checks(context)), TestHeaps.class);
  }

  private static NoLeaks.Checks checks(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), NoLeaks.class)
        .or(
            () ->
                context
                    .getTestClass()
                    .flatMap(
                        type ->
                            AnnotationSupport.findAnnotation(
                                type, NoLeaks.class, context.getEnclosingTestClasses())))
        .map(NoLeaks::value)
        .orElse(NoLeaks.Checks.FULL);
  }
}
