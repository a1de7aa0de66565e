import { defineConfig } from 'vite';

export default defineConfig({
  // The server puts a fresh one in its place with each page: see api/web/serve-web.ts.
  html: { cspNonce: '{{nonce}}' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
