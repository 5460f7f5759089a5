// Draws the API's description. Swagger UI is loaded before this file.
const place = document.getElementById("api-docs");
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  persistAuthorization: false,
});
