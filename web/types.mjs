// ../openapi.json → src/api/generated.ts. Only the schemas: URLs are spelled in the code that asks for them.

import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'))
const tree = await openapiTS({ ...document, paths: {} }, { alphabetize: true })
writeFileSync(
  new URL('src/api/generated.ts', import.meta.url),
  `// Made by \`npm run types\` from ../openapi.json; not edited by hand.\n\n${astToString(tree)}`,
)
