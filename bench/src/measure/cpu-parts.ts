/** A V8 CPU profile as `node --cpu-prof` writes it, as far as it is read here. */
export interface V8Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds from the sample before (the first: from the start of the profile). */
  readonly timeDeltas: readonly number[]
}

/** Which part of a service a stack frame belongs to. */
export interface PartRule {
  readonly part: string
  readonly matches: (frame: { readonly functionName: string; readonly url: string }) => boolean
}

export const GARBAGE = 'garbage collection'
export const REST = 'rest of Node'

/**
 * Self time by part, in microseconds, within `windowMs` of the profile. Time in Node's own code and in built-ins belongs
 * to the nearest caller that a rule of `parts` knows: a socket write under the SDK is the SDK's. What nobody known
 * called is told by `otherwise`, from the frame itself. Idle time is left out.
 */
export function cpuByPart(
  profile: V8Profile,
  rules: { readonly parts: readonly PartRule[]; readonly otherwise: readonly PartRule[] },
  windowMs: { readonly from: number; readonly to: number },
): ReadonlyMap<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  )
  const callers = new Map<number, string | undefined>()
  const callerOf = (id: number | undefined): string | undefined => {
    if (id === undefined) return undefined
    if (!callers.has(id))
      callers.set(id, match(rules.parts, nodes.get(id)!.callFrame) ?? callerOf(parents.get(id)))
    return callers.get(id)
  }
  const partOf = (id: number): string | undefined => {
    const frame = nodes.get(id)!.callFrame
    if (frame.functionName === '(idle)') return undefined
    if (frame.functionName === '(garbage collector)') return GARBAGE
    return callerOf(id) ?? match(rules.otherwise, frame) ?? REST
  }
  const spent = new Map<string, number>()
  let atUs = 0
  profile.samples.forEach((id, index) => {
    // A sample says what ran from its instant to the next one's.
    atUs += profile.timeDeltas[index]!
    const lasted = profile.timeDeltas[index + 1] ?? 0
    const part = partOf(id)
    if (part !== undefined && atUs >= windowMs.from * 1_000 && atUs <= windowMs.to * 1_000)
      spent.set(part, (spent.get(part) ?? 0) + lasted)
  })
  return spent
}

type Frame = V8Profile['nodes'][number]['callFrame']

function match(rules: readonly PartRule[], frame: Frame): string | undefined {
  return rules.find(({ matches }) => matches(frame))?.part
}
