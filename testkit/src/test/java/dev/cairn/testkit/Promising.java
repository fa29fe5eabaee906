package dev.cairn.testkit;

import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// The subjects that promise something, and none of what they must not promise.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(Promising.Subjects.class)
@interface Promising {
  /// What they all promise.
  Promise[] value() default {};

  /// What none of them promises.
  Promise[] not() default {};

  /// Finds them.
  final class Subjects implements ArgumentsProvider, AnnotationConsumer<Promising> {
    private Promise[] wanted = {};
    private Promise[] unwanted = {};

    @Override
    public void accept(Promising annotation) {
      wanted = annotation.value();
      unwanted = annotation.not();
    }

    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return Arrays.stream(MisuseSubject.values())
          .filter(subject -> Arrays.stream(wanted).allMatch(subject::promises))
          .filter(subject -> Arrays.stream(unwanted).noneMatch(subject::promises))
          .map(Arguments::of);
    }
  }
}
