/** What a look at the cluster saw. */
export interface Sample {
  readonly seconds: number
  /** Messages of the orders queue: visible, delayed and in flight. */
  readonly orders: number
  /** The same of the order-events queue. */
  readonly events: number
  /** Pods of order-worker and notifier that the Deployments have. */
  readonly workers: number
  readonly notifiers: number
}

const [WIDTH, LEFT, RIGHT, HEIGHT, GAP] = [860, 64, 24, 150, 56]
const PLOT = WIDTH - LEFT - RIGHT
const COLOURS = { first: '#1f6feb', second: '#bc4c00' }

/** Depth of the queues and pods over time, as one SVG without anything from outside. */
export function scalingPlot(title: string, samples: readonly Sample[]): string {
  const end = Math.max(1, samples.at(-1)?.seconds ?? 1)
  const depth = panel({
    top: 48,
    label: 'messages',
    end,
    lines: [
      { name: 'orders queue', colour: COLOURS.first, points: samples.map((s) => [s.seconds, s.orders]) },
      {
        name: 'order-events queue',
        colour: COLOURS.second,
        points: samples.map((s) => [s.seconds, s.events]),
      },
    ],
  })
  const pods = panel({
    top: 48 + HEIGHT + GAP,
    label: 'pods',
    end,
    lines: [
      { name: 'order-worker', colour: COLOURS.first, points: stepped(samples, (s) => s.workers) },
      { name: 'notifier', colour: COLOURS.second, points: stepped(samples, (s) => s.notifiers) },
    ],
  })
  const height = 48 + 2 * HEIGHT + GAP + 48
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="24" font-size="15" font-weight="bold">${title}</text>
${depth}
${pods}
<text x="${LEFT + PLOT / 2}" y="${height - 10}" text-anchor="middle">seconds</text>
</svg>
`
}

type Point = readonly [number, number]

interface Line {
  readonly name: string
  readonly colour: string
  readonly points: readonly Point[]
}

function panel({
  top,
  label,
  end,
  lines,
}: {
  top: number
  label: string
  end: number
  lines: readonly Line[]
}) {
  const most = Math.max(1, ...lines.flatMap(({ points }) => points.map(([, value]) => value)))
  const x = (seconds: number) => (LEFT + (seconds / end) * PLOT).toFixed(1)
  const y = (value: number) => (top + HEIGHT - (value / most) * HEIGHT).toFixed(1)
  const bottom = top + HEIGHT
  const ticks = [0, most / 2, most].map(
    (value) =>
      `<line x1="${LEFT}" x2="${LEFT + PLOT}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>` +
      `<text x="${LEFT - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${Math.round(value * 10) / 10}</text>`,
  )
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(share * end)}" y="${bottom + 16}" text-anchor="middle">${Math.round(share * end)}</text>`,
  )
  const drawn = lines.map(({ name, colour, points }, index) => {
    const path = points.map(([seconds, value]) => `${x(seconds)},${y(value)}`).join(' ')
    const at = LEFT + PLOT - 150
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${at}" y="${top + 14 + index * 16}" fill="${colour}">${name}</text>`
    )
  })
  const axis = `<text x="16" y="${top + HEIGHT / 2}" transform="rotate(-90 16 ${top + HEIGHT / 2})" text-anchor="middle">${label}</text>`
  return [...ticks, ...times, axis, ...drawn].join('\n')
}

/** A number of pods holds until it changes. */
function stepped(samples: readonly Sample[], value: (sample: Sample) => number): readonly Point[] {
  return samples.flatMap((sample, index): readonly Point[] => {
    const before = samples[index - 1]
    return before === undefined
      ? [[sample.seconds, value(sample)]]
      : [
          [sample.seconds, value(before)],
          [sample.seconds, value(sample)],
        ]
  })
}
