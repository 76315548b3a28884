import { describe, expect, it } from '@jest/globals'
import { ALL_FAULTS } from '../src/faults/fault-names.js'
import { readOptions } from '../src/options.js'

const read = (line: string) => readOptions(line.split(' ').filter((word) => word !== ''))

describe('the command line', () => {
  it('asks for every fault, on processes, where it says nothing else', () => {
    expect(read('')).toMatchObject({ target: 'process', faults: ALL_FAULTS, rate: 40, keep: false })
  })

  it('makes a seed where none is given, another each time', () => {
    expect(read('--seed S').seed).toBe('S')
    expect(read('').seed).not.toBe(read('').seed)
  })

  it.each([
    ['compose', ['kill', 'term', 'stop', 'postgres-kill']],
    ['cluster', ['kill', 'term', 'postgres-kill']],
  ] as const)('asks on %s for what can happen there', (target, faults) => {
    expect(read(`--target ${target} --minutes 3`)).toMatchObject({ target, minutes: 3, faults })
  })

  it('takes some of those faults, or none', () => {
    expect(read('--target compose --faults stop,kill').faults).toEqual(['stop', 'kill'])
    expect(read('--target compose --faults none').faults).toEqual([])
    expect(read('--target process --faults W3').faults).toEqual(['W3'])
  })

  it.each([
    ['--target kind', 'There is no target "kind"; there are process, compose, cluster.'],
    ['--faults earthquake', 'There is no fault "earthquake".'],
    [
      '--target compose --faults kill,A1',
      'The fault "A1" needs the target process; with compose there are kill, term, stop, postgres-kill.',
    ],
    [
      '--target compose --faults queue-restart',
      'The fault "queue-restart" needs the target process; with compose there are kill, term, stop, postgres-kill.',
    ],
    [
      '--target cluster --faults stop',
      'The fault "stop" needs the target process; with cluster there are kill, term, postgres-kill.',
    ],
    ['--target compose --matrix 20', '--matrix needs the target process, not compose.'],
    ['--target cluster --scenario soak', '--scenario needs the target process, not cluster.'],
    ['--target compose --planted all', '--planted needs the target process, not compose.'],
    ['--target compose --simulate 10', '--simulate needs the target process, not compose.'],
    ['--minutes 0', '--minutes must be a number above 0.'],
  ])('refuses %s in one sentence', (line, sentence) => {
    expect(() => read(line)).toThrow(sentence)
  })
})
