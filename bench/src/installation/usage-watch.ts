import { processCpuSeconds, familyCpuSeconds } from '../host/cpu-time.js'
import { residentMiB } from '../host/memory.js'

export interface Usage {
  /** CPU seconds since the watch began, by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>
  /** Resident memory of the watched processes over time. */
  readonly memory: readonly MemorySample[]
}

export interface MemorySample {
  /** Since the watch began. */
  readonly seconds: number
  readonly residentMiB: Readonly<Record<string, number>>
}

/** Watches CPU and memory of processes until it is told to stop. A family counts with its children (Postgres). */
export function watchUsage(
  processes: Readonly<Record<string, number>>,
  families: Readonly<Record<string, number>> = {},
  intervalMs = 1_000,
): () => Usage {
  const startedAt = performance.now()
  const cpuNow = () => ({
    ...mapValues(processes, processCpuSeconds),
    ...mapValues(families, familyCpuSeconds),
  })
  const before: Readonly<Record<string, number>> = cpuNow()
  const memory: MemorySample[] = []
  const sample = () =>
    memory.push({
      seconds: (performance.now() - startedAt) / 1_000,
      residentMiB: mapValues(processes, residentMiB),
    })
  sample()
  const timer = setInterval(sample, intervalMs)
  return () => {
    clearInterval(timer)
    sample()
    return { cpuSeconds: mapValues(cpuNow(), (cpu, name) => cpu - before[name]!), memory }
  }
}

function mapValues(
  record: Readonly<Record<string, number>>,
  of: (value: number, name: string) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]))
}
