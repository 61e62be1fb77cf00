@echo off
rem The launcher on Windows: finds a Python and lets it run the file `tito` beside this one.
setlocal
set "TITO_COMMAND=%~0"
set "python=python"
for %%p in (py.exe) do if not "%%~$PATH:p"=="" set "python=py -3"
%python% "%~dp0tito" %*
if errorlevel 9009 if not errorlevel 9010 echo TinyTorch needs Python 3.11 or newer: https://www.python.org/downloads/ 1>&2
exit /b %errorlevel%
