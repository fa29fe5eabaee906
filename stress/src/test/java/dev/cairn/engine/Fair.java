package dev.cairn.engine;

import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.Outcome;

/// What may come of a race: everybody has what is theirs, and the heap is whole.
@Outcome(id = "fair, whole", expect = Expect.ACCEPTABLE, desc = "As if one came after the other.")
@Outcome(expect = Expect.FORBIDDEN, desc = "What nobody could have, or a heap that is not whole.")
final class Fair {
  private Fair() {}
}
