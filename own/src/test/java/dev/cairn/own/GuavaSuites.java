package dev.cairn.own;

import java.util.Enumeration;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/// Suites of guava-testlib, which are of JUnit 3, as dynamic tests.
@SuppressWarnings("JdkObsolete") // what there is to adapt
final class GuavaSuites {
  private GuavaSuites() {}

  /// The tests of a suite.
  static Stream<DynamicNode> of(TestSuite suite) {
    Stream.Builder<DynamicNode> nodes = Stream.builder();
    for (Enumeration<Test> tests = suite.tests(); tests.hasMoreElements(); ) {
      nodes.add(of(tests.nextElement()));
    }
    return nodes.build();
  }

  private static DynamicNode of(Test test) {
    return switch (test) {
      case TestSuite suite -> DynamicContainer.dynamicContainer(suite.getName(), of(suite));
      case TestCase leaf -> DynamicTest.dynamicTest(leaf.getName(), leaf::runBare);
      default -> throw new AssertionError("neither a suite nor a test: " + test);
    };
  }
}
