/// Small programs, each showing one thing.
module dev.cairn.examples {
  requires static org.jspecify;
  requires dev.cairn.core;
  requires dev.cairn.own;
  requires dev.cairn.unsafe;
  requires dev.cairn.trace;
  requires java.management;
  requires jdk.jfr;

  exports dev.cairn.examples;
}
