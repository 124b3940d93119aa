// Ctrl-C and SIGTERM end a streaming verb in order: once. A second signal kills the process as usual.

export function onStopSignal(stop: () => void): () => void {
  const listener = () => {
    unlisten()
    stop()
  }
  const unlisten = () => {
    process.removeListener('SIGINT', listener)
    process.removeListener('SIGTERM', listener)
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return unlisten
}
