// ../openapi.json → src/api/generated.ts, formatted. `npm run lint` passes --check: say so when it is out of date.

import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import prettier from 'prettier'

const API = '/api/v1'
const target = new URL('src/api/generated.ts', import.meta.url)

async function generated() {
  const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'))
  const schemas = document.components.schemas
  const sent = reachable(
    schemas,
    operations(document).map((operation) => operation.requestBody),
  )
  const partial = reachable(schemas, [{ $ref: '#/components/schemas/Problem' }])
  for (const [name, schema] of Object.entries(schemas)) if (!sent.has(name) && !partial.has(name)) requireAll(schema)
  // The base URL is the client's; what stands outside the API is not for pages.
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith(`${API}/`))
  document.paths = Object.fromEntries(paths.map(([path, item]) => [path.slice(API.length), item]))
  const tree = await openapiTS(document, {
    alphabetize: true,
    emptyObjectsUnknown: true,
    rootTypes: true,
    rootTypesKeepCasing: true,
    rootTypesNoSchemaPrefix: true,
  })
  const text = `// Made by \`npm run types\` from ../openapi.json; not edited by hand.\n\n${astToString(tree)}`
  return prettier.format(text, { ...(await prettier.resolveConfig(target)), parser: 'typescript' })
}

function operations(document) {
  return Object.values(document.paths).flatMap((item) => Object.values(item))
}

/** Names of the schemas that `roots` refer to, directly or not. */
function reachable(schemas, roots, found = new Set()) {
  for (const node of roots) {
    if (typeof node !== 'object' || node === null) continue
    const name = node.$ref?.split('/').pop()
    if (name !== undefined && !found.has(name)) reachable(schemas, [schemas[name]], found.add(name))
    reachable(schemas, Object.values(node), found)
  }
  return found
}

/** The document calls a field that may be null optional; an answer always has it. */
function requireAll(node) {
  if (typeof node !== 'object' || node === null) return
  if (node.properties !== undefined) node.required = Object.keys(node.properties)
  for (const inner of Object.values(node)) requireAll(inner)
}

if (!process.argv.includes('--check')) writeFileSync(target, await generated())
else if (readFileSync(target, 'utf8') !== (await generated())) {
  console.error('src/api/generated.ts is not what ../openapi.json says: npm run types')
  process.exit(1)
}
