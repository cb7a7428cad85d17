/** Who waits until the archive shows what the state holds at that moment. */
export class ShownWaiters {
  #waiting: (() => void)[] = [];
  /** They wait for what the last plan shows. */
  #covered: (() => void)[] = [];

  /** `isPlanned`: the plan whose fate is not known shows all of it. */
  wait(isPlanned: boolean): Promise<void> {
    return new Promise((resolve) => (isPlanned ? this.#covered : this.#waiting).push(resolve));
  }

  /** A plan was made. Of one that was made before and did not take place nobody speaks any more. */
  planned(more: boolean): void {
    const all = [...this.#covered, ...this.#waiting];
    this.#covered = more ? [] : all;
    this.#waiting = more ? all : [];
  }

  /** The archive carries the plan. */
  confirmed(): void {
    const covered = this.#covered;
    this.#covered = [];
    for (const resolve of covered) resolve();
  }

  /** Nothing will be shown any more. */
  end(): void {
    this.planned(false);
    this.confirmed();
  }
}
