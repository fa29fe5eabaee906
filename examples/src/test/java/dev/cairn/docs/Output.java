package dev.cairn.docs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a program prints, as pages show it.
final class Output {
  private static final int COLUMNS = 100;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]+|(?<=address: )\\d+");
  private static final Pattern THREAD = Pattern.compile("(?<=Thread\\[)#\\d+");

  private Output() {}

  /// Whether a method is a program: one that is static and takes nothing, or a `main`.
  static boolean isProgram(String className, String methodName)
      throws ReflectiveOperationException {
    Method method = method(className, methodName);
    return method.getParameterCount() == 0 || methodName.equals("main");
  }

  /// Runs a program and answers what it printed. Where it threw, the exception is the last line, as
  /// a program's end would show it.
  ///
  /// Addresses and thread numbers, which differ from run to run, become `0x...` and `#...`; a line
  /// beyond 100 columns goes on in the next one.
  static String of(String className, String methodName) throws ReflectiveOperationException {
    return shown(run(method(className, methodName)));
  }

  static String shown(String printed) {
    String masked = ADDRESS.matcher(printed).replaceAll("0x...");
    masked = THREAD.matcher(masked).replaceAll("#...");
    return masked.lines().map(Output::wrapped).collect(Collectors.joining("\n"));
  }

  private static Method method(String className, String name) throws ReflectiveOperationException {
    Method method =
        Arrays.stream(Class.forName(className).getDeclaredMethods())
            .filter(candidate -> candidate.getName().equals(name))
            .min(Comparator.comparingInt(Method::getParameterCount))
            .orElseThrow(() -> new NoSuchMethodException(className + " has no method " + name));
    method.setAccessible(true);
    return method;
  }

  private static String run(Method method) throws IllegalAccessException {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, false, StandardCharsets.UTF_8)) {
      System.setOut(out);
      // A main takes its arguments; none of ours needs one.
      Object[] none = new Object[0];
      method.invoke(null, method.getParameterCount() == 0 ? none : new Object[] {new String[0]});
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof AssertionError failure) {
        throw failure;
      }
      printed.writeBytes(String.valueOf(thrown.getCause()).getBytes(StandardCharsets.UTF_8));
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private static String wrapped(String line) {
    StringBuilder lines = new StringBuilder();
    String rest = line;
    while (rest.length() > COLUMNS) {
      int space = rest.lastIndexOf(' ', COLUMNS);
      if (space <= 4) {
        break;
      }
      lines.append(rest, 0, space).append('\n');
      rest = "    " + rest.substring(space + 1);
    }
    return lines.append(rest).toString();
  }
}
