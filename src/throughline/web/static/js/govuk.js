// GOV.UK Frontend's own components: error summary, skip link, password, character count, radios.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";
initAll();
