// README of the chart: what stands around the table is charts/comanda/README.head.md, the table comes from values.yaml.
import { readFile } from 'node:fs/promises'
import { isMap, isScalar, parseDocument } from 'yaml'

const chart = new URL('../charts/comanda/', import.meta.url)

/**
 * Rows of the table: every value that `# --` describes, with what it is without being set. Throws where a value has no
 * description.
 * @param {string} text
 */
export function chartValues(text) {
  /** @type {{ path: string, description: string, fallback: unknown }[]} */
  const rows = []
  /** @param {import('yaml').YAMLMap} map @param {readonly string[]} above */
  const walk = (map, above) => {
    for (const [index, { key, value }] of map.items.entries()) {
      const path = [...above, key.value]
      // The comment above the first key of a map belongs to the map.
      const comment = (index === 0 ? map.commentBefore : undefined) ?? key.commentBefore ?? ''
      const described = / -- ([\s\S]*)$/.exec(comment)?.[1]
      if (described !== undefined)
        rows.push({
          path: path.join('.'),
          description: described.replaceAll(/\n\s*/g, ' ').trim(),
          fallback: isScalar(value) ? value.value : value.toJSON(),
        })
      else if (isMap(value) && value.items.length > 0) walk(value, path)
      else throw new Error(`values.yaml does not describe ${path.join('.')}`)
    }
  }
  walk(parseDocument(text).contents, [])
  return rows
}

export async function chartReadme() {
  const [head, values] = await Promise.all(
    ['README.head.md', 'values.yaml'].map((name) => readFile(new URL(name, chart), 'utf8')),
  )
  const rows = chartValues(values).map(
    ({ path, description, fallback }) =>
      `| \`${path}\` | ${shown(fallback)} | ${description.replaceAll('|', '\\|')} |`,
  )
  return `${head}\n| value | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

/** @param {unknown} fallback */
function shown(fallback) {
  return fallback === '' || fallback === null ? '' : `\`${JSON.stringify(fallback).replaceAll('|', '\\|')}\``
}
