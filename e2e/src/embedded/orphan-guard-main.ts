/**
 * Ends the process whose id is its first argument once the process that forked this one is gone. For programs that
 * cannot watch their parent themselves, like Postgres (SIGINT is its fast, orderly shutdown).
 */
const pid = Number(process.argv[2])
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined)
process.once('disconnect', () => {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It has ended already: nothing is left to guard.
  }
  process.exit(0)
})
