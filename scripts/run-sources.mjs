// For `skaffold dev`: runs what `tsc -b` would build from the sources themselves, so that a synced file needs no build. Node strips
// the types; modules keep the names of the build (`…/dist/src/….js`), by which they import each other and find their files.
//   node --watch-path=services/order-api/src --import ./scripts/run-sources.mjs services/order-api/dist/src/main.js
import { existsSync, realpathSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** File of a built module's source; undefined where there is none. @param {string | undefined} url */
function sourceOf(url) {
  if (!url?.startsWith('file:') || !url.includes('/dist/src/')) return undefined
  const file = fileURLToPath(url).replace('/dist/src/', '/src/').replace(/\.js$/, '.ts')
  return existsSync(file) ? realpathSync(file) : undefined
}

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch (error) {
      const source = error.code === 'ERR_MODULE_NOT_FOUND' ? sourceOf(error.url) : undefined
      if (source === undefined) throw error
      const built = source.replace('/src/', '/dist/src/').replace(/\.ts$/, '.js')
      return { url: pathToFileURL(built).href, format: 'module', shortCircuit: true }
    }
  },
  load(url, context, next) {
    const source = sourceOf(url)
    if (source === undefined) return next(url, context)
    return next(pathToFileURL(source).href, { ...context, format: 'module-typescript' })
  },
})
