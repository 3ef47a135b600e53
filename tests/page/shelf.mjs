/** A storage as browsers have it; a full one takes nothing more. */
export class Shelf {
  #full = false;

  fill(full = true) {
    this.#full = full;
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    if (this.#full) throw new Error("QuotaExceededError");
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}
