/** A part that the tests need can be neither found nor installed. Its message says what to do. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
