/** What was opened and must be closed again, last first. One failure does not keep the rest open. */
export class Opened {
  readonly #closers: (() => void | Promise<void>)[] = [];

  onClose(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  /** Closes everything once; then throws the first error there was. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
