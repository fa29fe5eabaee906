/// The `cairn` command.
module dev.cairn.cli {
  requires static org.jspecify;
  requires dev.cairn.core;
  requires dev.cairn.unsafe;
  requires dev.cairn.trace;
  requires dev.cairn.examples;
  requires info.picocli;
  requires com.fasterxml.jackson.databind;
  requires jdk.management;
  requires me.tongfei.progressbar;

  opens dev.cairn.cli to
      info.picocli,
      com.fasterxml.jackson.databind;
}
