// The fenced blocks of README.md, in order.
export interface Block {
  readonly language: string
  readonly text: string
}

export function blocksOf(markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, text]) => ({ language, text }))
}

/** What links inside the repository point to. */
export function localLinks(markdown: string): string[] {
  const targets = Array.from(markdown.matchAll(/\]\(([^)#]+)[^)]*\)/g), ([, target]) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target))
}
