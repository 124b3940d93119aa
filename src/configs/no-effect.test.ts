import { expect, test } from 'vitest'
import { configsWithoutEffect, noEffect, whyNoEffect } from './no-effect.ts'

const names = Object.values(configsWithoutEffect()).flat()

test('every config without effect has a reason', () => {
  expect(names.filter((name) => whyNoEffect(name) === undefined)).toEqual([])
})

test('every pattern stands for something', () => {
  const used = (pattern: string, reason: string) =>
    names.some((name) => {
      const isCovered = name === pattern || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)))
      return isCovered && whyNoEffect(name)?.reason === reason
    })
  const idle = noEffect.flatMap(({ names, reason }) => names.filter((pattern) => !used(pattern, reason)))
  expect(idle).toEqual([])
})
