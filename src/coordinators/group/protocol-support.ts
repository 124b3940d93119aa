// Which protocols all members of a group offer, and which one they choose: each member votes for the first of its own
// that everyone supports; most votes win.
import { javaHash } from '../java-hash.ts'
import type { ClassicMember, MemberProtocol } from './classic-member.ts'

// Apache Kafka counts votes in a Java HashMap, whose order decides a tie: by the spread hash of the name.
function javaMapOrder(name: string): number {
  const hash = javaHash(name)
  return (hash ^ (hash >>> 16)) & 15
}

export class ProtocolSupport {
  readonly #members = new Map<string, number>()

  add(protocols: readonly MemberProtocol[]): void {
    for (const { name } of protocols) this.#members.set(name, (this.#members.get(name) ?? 0) + 1)
  }

  remove(protocols: readonly MemberProtocol[]): void {
    for (const { name } of protocols) {
      const left = (this.#members.get(name) ?? 0) - 1
      if (left > 0) this.#members.set(name, left)
      else this.#members.delete(name)
    }
  }

  isSupportedByAll(name: string, memberCount: number): boolean {
    return (this.#members.get(name) ?? 0) === memberCount
  }

  select(members: Iterable<ClassicMember>, memberCount: number): string {
    const votes = new Map<string, number>()
    for (const { memberId, protocols } of members) {
      const choice = protocols.find(({ name }) => this.isSupportedByAll(name, memberCount))
      if (choice === undefined) throw new Error(`member ${memberId} supports none of its group's protocols`)
      votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    let best: [name: string, votes: number] | undefined
    for (const entry of [...votes].sort((a, b) => javaMapOrder(a[0]) - javaMapOrder(b[0]))) {
      if (best === undefined || entry[1] > best[1]) best = entry
    }
    if (best === undefined) throw new Error('an empty group has no protocol')
    return best[0]
  }
}
