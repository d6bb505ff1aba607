import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router-dom";

let isSettled = false;

/**
 * Tells whether the page stays mounted from now on. Airflow loads an app lazily, and takes it from the page when it draws
 * itself again; that mounts the app a second time, and what a person has written until then would be lost. So the page is
 * drawn again before anything is written: by going to where it already is.
 */
export function useSettled(): boolean {
  const [ready, setReady] = useState(isSettled);
  const navigate = useNavigate();
  const location = useLocation();
  useEffect(() => {
    if (isSettled) return;
    isSettled = true;
    void Promise.resolve(navigate(location, { replace: true })).then(() => setReady(true));
  }, [navigate, location]);
  return ready;
}
