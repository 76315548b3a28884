// `npm run check:chart`: helm lint, kubeconform -strict with the schemas of the CRDs, kube-score with its optional checks and checkov over
// the render of every profile. Fails on a finding that charts/comanda/ci/waivers.json does not name, and on a waiver that
// nothing needs. What is not installed is named at the end; without helm nothing can be looked at.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { CHART, PROFILES, renderChart } from '../e2e/dist/src/chart/render.js'

const { waivers } = JSON.parse(await readFile(join(CHART, 'ci/waivers.json'), 'utf8'))
const used = new Set()
const problems = []
const missing = []

/** @param {string} command */
const installed = (command) => spawnSync(command, ['--help'], { stdio: 'ignore' }).error === undefined

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return { status, stdout, stderr }
}

/** Notes a finding unless a waiver names it. @param {string} profile @param {string} check @param {string} resource */
function judge(profile, check, resource, words = '') {
  const waiver = waivers.find(
    ({ checks, resources, profiles = PROFILES }) =>
      checks.includes(check) && profiles.includes(profile) && new RegExp(`^(${resources})$`).test(resource),
  )
  if (waiver === undefined) problems.push(`${profile}: ${check} of ${resource} ${words}`)
  else used.add(`${check} of ${waiver.resources}`)
}

/** @param {string} profile @param {string} file */
function kubeScore(profile, file) {
  const optional = run('kube-score', ['list'])
    .stdout.split('\n')
    .filter((line) => line.trim().endsWith(',optional'))
    .flatMap((line) => ['--enable-optional-test', line.split(',', 1)[0]])
  const { stdout } = run('kube-score', [
    'score',
    '--kubernetes-version',
    'v1.30',
    '-o',
    'json',
    ...optional,
    file,
  ])
  for (const { object_meta, type_meta, checks } of JSON.parse(stdout))
    for (const { check, grade, skipped, comments } of checks)
      if (!skipped && grade < 10)
        judge(
          profile,
          `kube-score ${check.id}`,
          `${type_meta.kind}/${object_meta.name}`,
          comments?.map(({ summary }) => summary).join('; '),
        )
}

/** Once over all profiles: its start alone takes seconds. @param {string} folder */
function checkov(folder) {
  const { stdout } = run('checkov', [
    ...['--directory', folder, '--framework', 'kubernetes', '--skip-download', '--compact', '--quiet'],
    ...['--output', 'json'],
  ])
  for (const { check_id: id, check_name: name, resource, file_path } of JSON.parse(stdout).results
    .failed_checks) {
    const [kind, , ...parts] = resource.split('.')
    judge(basename(file_path, '.yaml'), `checkov ${id}`, `${kind}/${parts.join('.')}`, name)
  }
}

if (!installed('helm')) {
  console.log('check:chart left out: helm is not installed.')
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'comanda-chart-'))
const schemas = ['kubeconform-lab', 'kubeconform'].find(installed)
for (const tool of ['kube-score', 'checkov']) if (!installed(tool)) missing.push(tool)
if (schemas === undefined) missing.push('kubeconform')
try {
  for (const profile of PROFILES) {
    const lint = run('helm', ['lint', '--strict', CHART, '--values', join(CHART, 'ci', `${profile}.yaml`)])
    if (lint.status !== 0) problems.push(`${profile}: helm lint: ${lint.stdout}${lint.stderr}`)
    const file = join(folder, `${profile}.yaml`)
    await writeFile(file, await renderChart(profile))
    if (schemas !== undefined) {
      const catalogue =
        'https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'
      const own = `${CHART}ci/schemas/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`
      const locations = schemas === 'kubeconform' ? ['default', catalogue, own] : [own]
      const { status, stdout, stderr } = run(schemas, [
        '-strict',
        ...locations.flatMap((location) => ['-schema-location', location]),
        file,
      ])
      if (status !== 0) problems.push(`${profile}: kubeconform: ${stdout}${stderr}`)
    }
    if (!missing.includes('kube-score')) kubeScore(profile, file)
  }
  if (!missing.includes('checkov')) checkov(folder)
} finally {
  await rm(folder, { recursive: true })
}
for (const { checks, resources } of waivers)
  for (const check of checks)
    if (!missing.includes(check.split(' ', 1)[0]) && !used.has(`${check} of ${resources}`))
      problems.push(`no finding needs the waiver of ${check} for ${resources} any more`)
if (missing.length > 0) console.log(`check:chart left out, not installed: ${missing.join(', ')}.`)
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'))
  process.exit(1)
}
console.log(`The chart is well: ${PROFILES.length} profiles, every finding waived with a reason.`)
