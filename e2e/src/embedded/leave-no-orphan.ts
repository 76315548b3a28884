/**
 * Loaded with `--import` into every service that a supervisor forks: when the supervisor is gone, however it ended, the
 * service drains and ends as on any SIGTERM. The services themselves know nothing of it.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
