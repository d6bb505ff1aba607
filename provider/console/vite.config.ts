import { defineConfig } from "vite";
import { firstPage } from "./first_page.ts";
import { hostModules } from "./host_modules.ts";

export default defineConfig({
  base: "./", // chunks are beside the entry, wherever Airflow is mounted
  publicDir: "public",
  plugins: [
    hostModules({
      react: "React",
      "react-dom": "ReactDOM",
      "react/jsx-runtime": "ReactJSXRuntime",
      "react-router-dom": "ReactRouterDOM",
      "@chakra-ui/react": "ChakraUI",
    }),
  ],
  build: {
    outDir: "../src/airflow_provider_media/api/console",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: { main: "src/main.tsx", docs: "docs.html" },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        codeSplitting: { groups: [{ debugName: "first", name: firstPage(`${import.meta.dirname}/src/main.tsx`) }] },
      },
    },
  },
});
