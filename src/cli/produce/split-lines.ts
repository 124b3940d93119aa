// Cuts a byte stream at a delimiter, without decoding it: a record may hold any bytes. What follows the last delimiter
// is a record too, unless it is empty.

export async function* splitLines(input: AsyncIterable<Buffer>, delimiter: Buffer): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  // Where a delimiter may begin in `rest`: what lies before was searched already.
  let searched = 0
  for await (const chunk of input) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let at = bytes.indexOf(delimiter, searched); at >= 0; at = bytes.indexOf(delimiter, start)) {
      yield bytes.subarray(start, at)
      start = at + delimiter.length
    }
    rest = bytes.subarray(start)
    searched = Math.max(0, rest.length - delimiter.length + 1)
  }
  if (rest.length > 0) yield rest
}
