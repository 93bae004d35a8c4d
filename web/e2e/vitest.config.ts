import { defineConfig } from 'vitest/config'

// Stories in a real browser against a real `linedesk demo`. One after another: they share the hotline.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.story.ts'],
    environment: 'node',
    globalSetup: ['./server.ts'],
    fileParallelism: false,
    setupFiles: ['./evidence.ts'],
    // Within a story each step stands on the one before.
    bail: process.env.ON ? 0 : 1,
    testTimeout: 120_000,
    hookTimeout: 90_000,
    reporters: ['verbose'],
  },
})
