import { mergeConfig } from 'vitest/config'
import stories from './vitest.config'

// `npm run looks`: no test, pictures for people. SHOTS=folder says where, ONLY=word takes a part (`ONLY=technician`, `ONLY=empty`).
const config = mergeConfig(stories, { test: { testTimeout: 900_000, bail: 0 } })
config.test.include = ['looks.ts']
config.test.setupFiles = []
export default config
