/** Keys that share a page of bits. */
const pageKeys = 1_024;
/** Pages of one set at most, some 300 bytes each: keys of others are not kept. */
const mostPages = 8_192;

/** Integers from 0 on, of which neighbours take a bit each. */
export class KeySet {
  readonly #pages = new Map<number, Uint32Array>();

  /** Does nothing where the set is full, or the key is no such number. */
  add(key: number): void {
    if (!(key >= 0)) return;
    const at = Math.floor(key / pageKeys);
    let page = this.#pages.get(at);
    if (page === undefined) {
      if (this.#pages.size >= mostPages) return;
      page = new Uint32Array(pageKeys / 32);
      this.#pages.set(at, page);
    }
    const bit = key % pageKeys;
    page[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** Takes the key out; whether it was there. */
  delete(key: number): boolean {
    const at = Math.floor(key / pageKeys);
    const page = this.#pages.get(at);
    if (page === undefined) return false;
    const bit = key % pageKeys;
    const [word, mask] = [bit >>> 5, 1 << (bit & 31)];
    if ((page[word]! & mask) === 0) return false;
    page[word]! &= ~mask;
    if (page[word] === 0 && page.every((one) => one === 0)) this.#pages.delete(at);
    return true;
  }
}
