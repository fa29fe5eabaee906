package dev.cairn.platform;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

/// The event of a call that was refused, or of damage that was found.
@Name("dev.cairn.Misuse")
@Label("Misuse of Memory")
@Category("Cairn")
@Description("A call that an allocator has refused, or damage to a block that it has found")
@SuppressWarnings("UnusedVariable") // the flight recorder reads the fields
public final class MisuseEvent extends Event {
  @Label("Kind")
  @Description("What was wrong: a kind of InvalidBlockException or DamagedBlockException")
  private final String kind;

  @Label("Address")
  @Description("What was handed in, or where the damaged block begins")
  @MemoryAddress
  private final long address;

  @Label("Message")
  @Description("The message of the exception")
  private final String message;

  MisuseEvent(String kind, long address, String message) {
    this.kind = kind;
    this.address = address;
    this.message = message;
  }
}
