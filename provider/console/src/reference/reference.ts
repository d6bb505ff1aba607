import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

/** Shows the API's own description; a request that is tried from it carries the header of a deliberate change. */
SwaggerUI({
  dom_id: "#reference",
  url: new URL("../openapi.json", document.baseURI).href,
  deepLinking: true,
  requestInterceptor: (request) => {
    request.headers["X-Requested-With"] = "console";
    return request;
  },
});
