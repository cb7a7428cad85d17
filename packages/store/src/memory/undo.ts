/** What it takes to forget a failed transaction: how to take back each change, in reverse. */
export class Undo {
  readonly #steps: (() => void)[] = [];
  #isOpen = false;

  /** Runs `body`; where it throws, every change it made to maps of this undo is taken back. */
  transaction<T>(body: () => T): T {
    if (this.#isOpen) return body();
    this.#isOpen = true;
    try {
      return body();
    } catch (error) {
      for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) step();
      throw error;
    } finally {
      this.#steps.length = 0;
      this.#isOpen = false;
    }
  }

  /** How to take back a change that was just made. */
  remember(step: () => void): void {
    if (this.#isOpen) this.#steps.push(step);
  }

  map<Key, Item>(): UndoMap<Key, Item> {
    return new UndoMap<Key, Item>((step) => this.remember(step));
  }
}

/** A map that remembers how to take back its changes. */
export class UndoMap<Key, Item> {
  readonly #map = new Map<Key, Item>();
  readonly #remember: (step: () => void) => void;

  constructor(remember: (step: () => void) => void) {
    this.#remember = remember;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Item | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  keys(): Iterable<Key> {
    return this.#map.keys();
  }

  values(): Iterable<Item> {
    return this.#map.values();
  }

  set(key: Key, item: Item): void {
    this.#rememberItem(key);
    this.#map.set(key, item);
  }

  delete(key: Key): void {
    this.#rememberItem(key);
    this.#map.delete(key);
  }

  #rememberItem(key: Key): void {
    const had = this.#map.has(key);
    const before = this.#map.get(key);
    this.#remember(() => {
      if (had) this.#map.set(key, before as Item);
      else this.#map.delete(key);
    });
  }
}
