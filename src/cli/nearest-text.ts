// The nearest of some names to one that was probably mistyped.

export function nearestText(given: string, known: readonly string[]): string {
  return known.reduce((best, name) => (distance(given, name) < distance(given, best) ? name : best))
}

/** Edits (insert, delete, replace) from one text to the other. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1))
    }
    previous = current
  }
  return previous[b.length]
}
