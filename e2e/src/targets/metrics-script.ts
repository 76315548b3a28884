/** Program for `node -e` in a container that prints what its service shows to Prometheus. */
export function metricsScript(accept: string): string {
  const request = JSON.stringify({ headers: { accept } })
  return `fetch('http://127.0.0.1:9090/metrics', ${request}).then(async (answer) => console.log(await answer.text()))`
}

/** What a scrape takes where it has no wish; the classic text format is the answer. */
export const ANY_FORMAT = '*/*'
