import { defineConfig } from 'vitest/config'

// Pure logic only: no browser is imitated here; what needs one is in e2e/.
export default defineConfig({ test: { include: ['src/**/*.test.ts'], environment: 'node' } })
