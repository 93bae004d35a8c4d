import { mergeConfig } from 'vitest/config'
import stories from './vitest.config.ts'

// `npm run bench`: figures, no test. Calls to a demo hotline (CALLS, 40), and how soon people's pages in a real browser show them.
const config = mergeConfig(stories, { test: { testTimeout: 900_000, bail: 0 } })
config.test.include = ['screens.bench.ts']
config.test.setupFiles = []
export default config
