// Before anything is drawn: say that scripts run, so that components need not jump.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
