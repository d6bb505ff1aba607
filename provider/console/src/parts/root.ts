/** The route that Airflow gives to the console. */
export const ROOT = "/plugin/media";
