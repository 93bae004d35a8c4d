import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `npm run dev` serves the sources and passes everything else to a running `linedesk demo`.
const server = process.env.LINEDESK_HTTP ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // data: URLs are forbidden by the content security policy; every asset is a file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: {
      '/api/v1/live': { target: server, ws: true },
      '/api': { target: server },
      '/sip': { target: server, ws: true },
    },
  },
})
