// In a virtual machine, memory that the kernel has not used for a while is not there: the first write to such a page is a
// fault in the host, which costs several times what the broker does. So both brokers write into pages that were in use a
// moment ago: a file of the size of the load is written, and removed, before each load.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHUNK_BYTES = 1 << 20

export function warmPages(bytes: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'odradek-pages-'))
  const file = openSync(join(folder, 'pages'), 'w')
  const chunk = Buffer.alloc(CHUNK_BYTES, 1)
  for (let written = 0; written < bytes; written += CHUNK_BYTES) writeSync(file, chunk)
  closeSync(file)
  rmSync(folder, { recursive: true })
}
