/** A command of a stand-in that cannot be carried out; its message is what the build's log shows. */
export class StandInError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
    this.name = 'StandInError';
  }
}
