import { describe, expect, it } from '@jest/globals'
import { GARBAGE, REST, cpuByPart } from '../src/measure/cpu-parts.js'
import type { V8Profile } from '../src/measure/cpu-parts.js'

const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url },
  children,
})

const profile: V8Profile = {
  nodes: [
    node(1, '(root)', '', 2, 4, 6, 7, 8),
    node(2, 'send', 'file:///app/node_modules/@aws-sdk/client.js', 3),
    node(3, 'writev', ''),
    node(4, 'handle', 'file:///app/node_modules/express/index.js', 5),
    node(5, 'writev', ''),
    node(6, '(garbage collector)', ''),
    node(7, '(idle)', ''),
    node(8, 'parserOnHeadersComplete', 'node:_http_common', 9),
    node(9, 'tick', 'node:internal/process'),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 9, 3],
  timeDeltas: [0, 100, 100, 100, 100, 100, 100, 100, 100],
}

const rules = {
  parts: [
    { part: 'SDK', matches: ({ url }: { url: string }) => url.includes('@aws-sdk') },
    { part: 'Express', matches: ({ url }: { url: string }) => url.includes('express') },
  ],
  otherwise: [{ part: 'Express', matches: ({ url }: { url: string }) => url.startsWith('node:_http') }],
}

describe('CPU by part', () => {
  it('gives built-in work to whoever called it, and leaves idle time out', () => {
    const spent = cpuByPart(profile, rules, { from: 0, to: 1 })

    expect(Object.fromEntries(spent)).toEqual({ SDK: 200, Express: 300, [GARBAGE]: 100, [REST]: 100 })
  })

  it('counts only the measured time', () => {
    const spent = cpuByPart(profile, rules, { from: 0.15, to: 0.35 })

    expect(Object.fromEntries(spent)).toEqual({ Express: 200 })
  })
})
