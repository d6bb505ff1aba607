declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    dom_id: string;
    url: string;
    deepLinking: boolean;
    requestInterceptor: (request: { headers: Record<string, string> }) => object;
  }
  export default function SwaggerUI(options: Options): void;
}
