// A whole broker on a disk that loses power, fills up and fails, against a model, from a seed. Two promises: what was
// acknowledged survives the death of the process; with log.flush.interval.messages=1 it also survives a power cut.
import { expect } from 'vitest'
import type { Partition } from '../../src/broker/partition.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { allRecords } from '../../src/records/iterate.ts'
import { MemoryFileSystem } from '../../src/storage/file-system-memory.ts'
import { SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { type Attempt, CommitModel, PartitionModel, type ProducerModel, TopicModel, type Topics } from './model.ts'
import { SimulatedBroker } from './simulated-broker.ts'

const TOPIC_NAMES = ['a', 'b', 'c', 'd']
const GROUPS = ['g', 'h']
const FAULTS = [
  ['read'],
  ['write'],
  ['sync'],
  ['rename'],
  ['open'],
  ['write', 'sync', 'rename', 'open', 'remove']
] as const

type Way = 'stop' | 'kill' | 'power cut'

export class Simulation {
  readonly history: string[] = []
  readonly #random: SeededRandom
  readonly #memory: MemoryFileSystem
  readonly #isSynced: boolean
  #broker: SimulatedBroker
  #topics: Topics = new Map()
  /** What the topics may be instead, after a change that was not acknowledged. */
  #uncertain: Topics[] = []
  #producers: ProducerModel[] = []
  /** By `group/topic-partition`. */
  readonly #commits = new Map<string, CommitModel>()
  /** In this life an operation of the disk failed: partitions may be offline. */
  #hadFaults = false
  #counter = 0

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    this.#isSynced = this.#random.float() < 0.5
    this.#memory = new MemoryFileSystem({ random: this.#random })
    this.#broker = this.#newBroker(1_700_000_000_000)
    this.#broker.start()
  }

  get log(): readonly string[] {
    return this.#broker.logger.lines
  }

  async run(steps: number): Promise<void> {
    await this.#createTopic()
    for (let step = 0; step < steps; step++) {
      await this.#step()
      this.#noteLogStarts()
      if (this.#broker.disk.isDead) await this.#restart(this.#anyDeath())
    }
    await this.#restart('kill')
  }

  async #step(): Promise<void> {
    const choice = this.#random.float()
    if (choice < 0.45) await this.#produce()
    else if (choice < 0.53) await this.#repeat()
    else if (choice < 0.63) await this.#commit()
    else if (choice < 0.68) await this.#createTopic()
    else if (choice < 0.7) await this.#deleteTopic()
    else if (choice < 0.73) await this.#setConfig()
    else if (choice < 0.76) await this.#deleteRecords()
    else if (choice < 0.82)
      await this.#note('wait', () => this.#broker.wait(this.#random.int(2) === 0 ? 10_000 : 400_000))
    else if (choice < 0.86) await this.#restart('stop')
    else if (choice < 0.9) await this.#restart(this.#anyDeath())
    else if (choice < 0.94) this.#dieSoon()
    else if (choice < 0.97) await this.#fillDisk()
    else await this.#failDisk()
  }

  #newBroker(startMs: number): SimulatedBroker {
    const configs = {
      'offsets.topic.num.partitions': '3',
      'log.index.interval.bytes': '300',
      'log.cleaner.enable': 'false',
      ...(this.#isSynced ? { 'log.flush.interval.messages': '1' } : {})
    }
    return new SimulatedBroker(this.#memory, this.#random, { startMs, configs })
  }

  // --- what clients do ---

  async #produce(): Promise<void> {
    const sent: Promise<void>[] = []
    const busy = new Set<string>()
    for (let count = 1 + this.#random.int(3); count > 0; count--) {
      const target = this.#anyPartition()
      if (target === undefined) return
      const key = `${target.topic.topicId}-${target.index}`
      const producer = this.#random.float() < 0.6 ? await this.#anyProducer() : undefined
      const isWaiting = target.model.attempts.some(({ retry }) => retry !== undefined && retry.producer === producer)
      if (producer !== undefined && (isWaiting || busy.has(`${producer.id} ${key}`))) continue
      if (producer !== undefined) busy.add(`${producer.id} ${key}`)
      sent.push(this.#send(target, producer))
    }
    await Promise.all(sent)
  }

  async #send(target: Target, producer: ProducerModel | undefined): Promise<void> {
    const key = `${target.topic.topicId}-${target.index}`
    const values = Array.from({ length: 1 + this.#random.int(5) }, () =>
      `${this.#counter++} `.repeat(1 + this.#random.int(60))
    )
    const sequence = producer?.sequences.get(key) ?? 0
    const batch = buildBatch({
      records: values.map((value) => ({ value: Buffer.from(value) })),
      timestampMs: this.#broker.clock.nowMs(),
      ...(producer === undefined ? {} : { producerId: producer.id, producerEpoch: 0, baseSequence: sequence })
    })
    const retry = producer === undefined ? undefined : { producer, batch, nextSequence: sequence + values.length }
    await this.#sendBatch(target, values, batch, retry)
  }

  async #sendBatch(target: Target, values: string[], batch: Buffer, retry: Attempt['retry']): Promise<void> {
    const { model, index, name } = target
    const log = this.#partition(target).log
    const wasFailed = log.isFailed
    const before = log.logEndOffset
    const answer = this.#broker.produce(name, index, batch)
    const attempt: Attempt = { offset: before, values, retry }
    const mayBeThere = log.logEndOffset > before || (!wasFailed && (log.isFailed || this.#broker.disk.isDead))
    if (mayBeThere) model.attempts.push(attempt)
    let offset: number
    try {
      offset = await answer
    } catch (error) {
      this.#failed(`produce to ${name}-${index} at ${before}`, error)
      if (!this.#hadFaults && !this.#broker.disk.isDead) expect(mayBeThere, 'refused, yet written').toBe(false)
      return
    }
    this.history.push(`produced ${values.length} to ${name}-${index} at ${offset}`)
    expect(offset).toBe(attempt.offset)
    this.#acknowledged(target, attempt)
  }

  /** With it everything before it in the log. */
  #acknowledged({ model, topic, index }: Target, attempt: Attempt): void {
    while (model.attempts.includes(attempt)) {
      const first = model.attempts.shift() as Attempt
      expect(first.offset).toBe(model.values.length)
      model.values.push(...first.values)
      this.#noteProducer({ topic, index }, first)
    }
    this.#noteProducer({ topic, index }, attempt)
  }

  #noteProducer({ topic, index }: Pick<Target, 'topic' | 'index'>, attempt: Attempt): void {
    if (attempt.retry === undefined) return
    const { producer, batch, nextSequence } = attempt.retry
    producer.sequences.set(`${topic.topicId}-${index}`, nextSequence)
    producer.last.set(`${topic.topicId}-${index}`, { batch, offset: attempt.offset })
  }

  /** A producer that did not get its answer sends its last batch again: it is there once. */
  async #repeat(): Promise<void> {
    const target = this.#anyPartition()
    const producer = this.#producers[this.#random.int(this.#producers.length)]
    const last = target && producer?.last.get(`${target.topic.topicId}-${target.index}`)
    if (target === undefined || last === undefined || last.offset < target.model.startAtMost) return
    if (target.model.attempts.some(({ retry }) => retry?.producer === producer)) return
    const { log } = this.#partition(target)
    const before = log.logEndOffset
    try {
      expect(await this.#broker.produce(target.name, target.index, last.batch), 'of a repeated batch').toBe(last.offset)
    } catch (error) {
      this.#failed(`repeat to ${target.name}-${target.index}`, error)
    }
    expect(log.logEndOffset).toBe(before)
  }

  async #commit(): Promise<void> {
    const target = this.#anyPartition()
    if (target === undefined) return
    const group = GROUPS[this.#random.int(GROUPS.length)]
    const key = `${group}/${target.name}-${target.index}`
    const model = this.#commits.get(key) ?? new CommitModel()
    this.#commits.set(key, model)
    const offset = this.#counter++
    const earlier = [...model.attempts]
    model.attempts.push(offset)
    try {
      await this.#broker.commit(group, target.name, target.index, offset)
      this.history.push(`committed ${key} ${offset}`)
      model.commit(offset)
    } catch (error) {
      this.#failed(`commit ${key} ${offset}`, error)
      if (!this.#hadFaults && !this.#broker.disk.isDead) model.attempts = earlier
    }
  }

  async #createTopic(): Promise<void> {
    const name = TOPIC_NAMES.find((candidate) => !this.#topics.has(candidate))
    if (name === undefined) return
    const configs = new Map([['internal.segment.bytes', String(2000 + this.#random.int(4000))]])
    if (this.#random.float() < 0.2) configs.set('retention.bytes', '3000')
    const partitions = Array.from({ length: 1 + this.#random.int(3) }, () => new PartitionModel())
    const created = new TopicModel(undefined, partitions, configs)
    await this.#change(`create ${name}`, new Map([...this.#topics, [name, created]]), async () => {
      created.topicId = await this.#broker.createTopic(name, partitions.length, configs)
    })
  }

  async #deleteTopic(): Promise<void> {
    const name = this.#anyTopic()
    if (name === undefined) return
    const without = new Map([...this.#topics].filter(([other]) => other !== name))
    await this.#change(`delete ${name}`, without, () => this.#broker.deleteTopic(name))
    for (const [key, model] of this.#commits) if (key.includes(`/${name}-`)) model.topicDeleted()
  }

  async #setConfig(): Promise<void> {
    const name = this.#anyTopic()
    if (name === undefined) return
    const value = String(1000 + this.#random.int(100_000))
    const changed = new Map([
      ...this.#topics,
      [name, (this.#topics.get(name) as TopicModel).with('max.message.bytes', `${value}0`)]
    ])
    await this.#change(`configure ${name}`, changed, () =>
      this.#broker.setConfig(name, 'max.message.bytes', `${value}0`)
    )
  }

  async #change(what: string, after: Topics, action: () => Promise<void>): Promise<void> {
    try {
      await action()
      this.history.push(what)
      this.#topics = after
    } catch (error) {
      this.#failed(what, error)
      if (this.#hadFaults || this.#broker.disk.isDead) this.#uncertain.push(after)
      else expect(matches(this.#topics, this.#broker), 'a refused change is not made').toBe(true)
    }
  }

  async #deleteRecords(): Promise<void> {
    const target = this.#anyPartition()
    if (target === undefined) return
    const offset = this.#random.int(target.model.values.length + 1)
    try {
      await this.#broker.deleteRecords(target.name, target.index, offset)
      this.history.push(`delete records of ${target.name}-${target.index} before ${offset}`)
    } catch (error) {
      this.#failed('delete records', error)
    }
  }

  // --- what happens to the disk ---

  #dieSoon(): void {
    const operations = 1 + this.#random.int(80)
    this.history.push(`dies in ${operations} operations`)
    this.#broker.disk.dieAfter(operations)
  }

  /** Errors while it is full, and everything goes on when it is not: without a restart. */
  async #fillDisk(): Promise<void> {
    this.#memory.freeBytes = this.#random.int(3000)
    this.history.push(`${this.#memory.freeBytes} bytes free`)
    for (let count = 8; count > 0 && !this.#broker.disk.isDead; count--) {
      const choice = this.#random.float()
      if (choice < 0.6) await this.#produce()
      else if (choice < 0.75) await this.#commit()
      else if (choice < 0.8) await this.#createTopic()
      else if (choice < 0.85) await this.#setConfig()
      else if (choice < 0.9) await this.#broker.wait(400_000)
      else this.#readAnything()
      this.#noteLogStarts()
    }
    this.#memory.freeBytes = Number.POSITIVE_INFINITY
    this.history.push('space again')
    if (this.#broker.disk.isDead || this.#hadFaults) return
    await this.#broker.wait(1000)
    for (const target of this.#partitions()) {
      const { name, index } = target
      this.#broker.broker.partitions.getOrOpen(name, index)
      if (!this.#broker.disk.isDead) expect(this.#partition(target).log.isFailed, 'offline').toBe(false)
    }
    const before = this.history.length
    await this.#createTopic()
    await this.#produce()
    if (this.#broker.disk.isDead) return
    expect(this.history.slice(before).filter((line) => line.startsWith('FAILED'))).toEqual([])
  }

  async #failDisk(): Promise<void> {
    const operations = FAULTS[this.#random.int(FAULTS.length)]
    this.history.push(`failing: ${operations.join(' ')}`)
    this.#hadFaults = true
    this.#broker.disk.failSometimes(operations, 0.05 + this.#random.float() * 0.5)
    for (let count = 5; count > 0 && !this.#broker.disk.isDead; count--) {
      const choice = this.#random.float()
      if (choice < 0.6) await this.#produce()
      else if (choice < 0.75) await this.#commit()
      else if (choice < 0.85) await this.#createTopic()
      else await this.#broker.wait(10_000)
      this.#noteLogStarts()
    }
    if (!this.#broker.disk.isDead) this.#broker.disk.heal()
    this.history.push('healed')
  }

  #anyDeath(): Way {
    return this.#isSynced && this.#random.float() < 0.7 ? 'power cut' : 'kill'
  }

  // --- lives ---

  async #restart(way: Way): Promise<void> {
    let death = way
    if (way === 'stop' && !(await this.#stopsCleanly())) death = this.#anyDeath()
    this.history.push(`restart after ${death}`)
    // With a partition offline the stop is not a clean one.
    let wasClean = death === 'stop' && !this.#hadFaults
    this.#end(death)
    while (!this.#startsAgain()) {
      wasClean = false
      this.#end(this.#anyDeath())
    }
    await this.#verify(wasClean)
  }

  async #stopsCleanly(): Promise<boolean> {
    if (this.#random.float() < 0.2) this.#dieSoon()
    try {
      await this.#broker.stop()
    } catch (error) {
      this.#failed('stop', error)
      return false
    }
    return !this.#broker.disk.isDead
  }

  #end(death: Way): void {
    this.#broker.end()
    if (death === 'power cut') this.#memory.crash()
    else this.#memory.kill()
    this.#hadFaults = false
    this.#broker = this.#newBroker(this.#broker.clock.nowMs())
  }

  /** False when it died on the way, or the disk failed. */
  #startsAgain(): boolean {
    const choice = this.#random.float()
    const isFailing = choice >= 0.1 && choice < 0.15
    if (choice < 0.1) this.#dieSoon()
    if (isFailing) this.#broker.disk.failSometimes(['read', 'write', 'open'], 0.05)
    try {
      this.#broker.start()
    } catch (error) {
      this.history.push(`start: ${error}`)
      if (this.#broker.disk.isDead || isFailing) return false
      throw error
    }
    this.#broker.disk.heal()
    return !this.#broker.disk.isDead && !isFailing
  }

  async #verify(wasClean: boolean): Promise<void> {
    // It may still die during the checks, which only read; then the next life is checked.
    const alternatives = [this.#topics, ...this.#uncertain]
    const found = alternatives.find((topics) => matches(topics, this.#broker))
    expect(
      found,
      `topics: ${describe(this.#broker)} is none of ${alternatives.map((topics) => [...topics.keys()])}`
    ).toBeDefined()
    this.#topics = found as Topics
    this.#uncertain = []
    for (const [name, topic] of this.#topics) topic.topicId = this.#broker.broker.metadata.image.topic(name)?.topicId
    const lost: [Target, Attempt][] = []
    for (const target of this.#partitions()) {
      const stored = this.#readAll(target)
      const { logStartOffset } = this.#partition(target).log
      if (wasClean) expect(logStartOffset, 'log start after a clean stop').toBe(target.model.startAtMost)
      const missing = target.model.found(logStartOffset, stored)
      lost.push(...missing.map((attempt): [Target, Attempt] => [target, attempt]))
      await this.#retryStored(target)
      target.model.startAtMost = logStartOffset
    }
    await this.#verifyCommits()
    for (const [target, attempt] of lost) await this.#retryLost(target, attempt)
  }

  /** Its producer never heard of it: it asks again, and is told where it is. */
  async #retryStored(target: Target): Promise<void> {
    for (const attempt of [...target.model.attempts]) {
      if (attempt.retry === undefined) continue
      this.#noteProducer(target, attempt)
      if (attempt.offset < this.#partition(target).log.logStartOffset) continue
      expect(await this.#broker.produce(target.name, target.index, attempt.retry.batch)).toBe(attempt.offset)
      this.#acknowledged(target, attempt)
    }
  }

  async #retryLost(target: Target, { retry, values }: Attempt): Promise<void> {
    if (retry === undefined || this.#broker.disk.isDead) return
    await this.#sendBatch(target, [...values], retry.batch, retry)
  }

  async #verifyCommits(): Promise<void> {
    const byKey = new Map<string, number>()
    for (const group of GROUPS) {
      for (const [place, offset] of await this.#broker.committed(group)) byKey.set(`${group}/${place}`, offset)
    }
    for (const [key, model] of this.#commits) {
      model.found(byKey.get(key), !this.#isSynced, key)
    }
  }

  #readAll(target: Target): string[] {
    const { log } = this.#partition(target)
    const values: string[] = []
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const { records, nextOffset } = log.read(offset, { maxBytes: 1000, minOneBatch: true })
      for (const record of allRecords(records)) {
        if (record.offset < offset) continue // its batch began before the log's start
        expect(record.offset).toBe(log.logStartOffset + values.length)
        values.push(String(record.value))
      }
      offset = nextOffset
    }
    return values
  }

  /** Undefined when the process died meanwhile. */
  #whileAlive<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (error) {
      if (this.#broker.disk.isDead) return undefined
      throw error
    }
  }

  #readAnything(): void {
    const target = this.#anyPartition()
    if (target === undefined || this.#partition(target).log.isFailed) return
    const { log } = this.#partition(target)
    const stored = this.#whileAlive(() => this.#readAll(target))
    if (stored !== undefined) expect(stored.join()).toContain(target.model.values.slice(log.logStartOffset).join())
  }

  // --- choices ---

  *#partitions(): Iterable<Target> {
    for (const [name, topic] of this.#topics) {
      for (const [index, model] of topic.partitions.entries()) yield { name, topic, index, model }
    }
  }

  #partition({ name, index }: Target): Partition {
    const partition = this.#broker.broker.partitions.get(name, index)
    if (partition === undefined) throw new Error(`${name}-${index} is not there`)
    return partition
  }

  #anyPartition(): Target | undefined {
    const all = [...this.#partitions()].filter(({ name, index }) => this.#broker.broker.partitions.get(name, index))
    return all[this.#random.int(all.length)]
  }

  #anyTopic(): string | undefined {
    const names = [...this.#topics.keys()]
    return names[this.#random.int(names.length)]
  }

  async #anyProducer(): Promise<ProducerModel | undefined> {
    if (this.#producers.length > 0 && this.#random.float() < 0.9) {
      return this.#producers[this.#random.int(this.#producers.length)]
    }
    try {
      const id = await this.#broker.newProducerId()
      expect(this.#producers.map((producer) => producer.id)).not.toContain(id)
      const producer = { id, sequences: new Map(), last: new Map() }
      this.#producers.push(producer)
      return producer
    } catch (error) {
      this.#failed('new producer id', error)
      return undefined
    }
  }

  #noteLogStarts(): void {
    for (const target of this.#partitions()) {
      const log = this.#broker.broker.partitions.get(target.name, target.index)?.log
      target.model.startAtMost = Math.max(target.model.startAtMost, log?.logStartOffset ?? 0)
    }
  }

  async #note(what: string, action: () => Promise<void>): Promise<void> {
    this.history.push(what)
    await action()
  }

  /** Errors are for broken disks only. */
  #failed(what: string, error: unknown): void {
    this.history.push(`FAILED ${what}: ${error}`)
    const isExplained = this.#hadFaults || this.#broker.disk.isDead || this.#memory.freeBytes < Number.POSITIVE_INFINITY
    if (!isExplained) throw error
  }
}

interface Target {
  readonly name: string
  readonly topic: TopicModel
  readonly index: number
  readonly model: PartitionModel
}

function userTopics({ broker }: SimulatedBroker) {
  return [...broker.metadata.image.topics()].filter(({ name }) => !name.startsWith('__'))
}

const describe = (broker: SimulatedBroker): string =>
  userTopics(broker)
    .map(({ name }) => name)
    .join()

function matches(topics: Topics, broker: SimulatedBroker): boolean {
  const images = userTopics(broker)
  return (
    images.length === topics.size &&
    images.every(({ name, topicId, partitions, configs }) => {
      const model = topics.get(name)
      if (model === undefined || (model.topicId !== undefined && model.topicId !== topicId)) return false
      return (
        partitions.length === model.partitions.length &&
        configs.size === model.configs.size &&
        [...configs].every(([key, value]) => model.configs.get(key) === value)
      )
    })
  )
}
