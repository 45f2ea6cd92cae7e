@echo off
rem Runs Maven on a machine with nothing but a JDK: finds one that is new enough by itself, then
rem uses the Maven that is installed, or fetches one once. mvnw does the same elsewhere.
setlocal EnableExtensions DisableDelayedExpansion

set "PROJECT=%~dp0"
set "JDK="
set "MAVEN="
rem Quarkus' own goals, quarkus:dev among them, refuse what is older than 3.9.
set "MAVEN_WANTED=3008006"
echo %* | findstr /c:"quarkus:" >nul && set "MAVEN_WANTED=3009000"
for /f "tokens=3 delims=<>" %%v in ('findstr /c:"<maven.compiler.release>" "%PROJECT%pom.xml"') do set "JAVA_WANTED=%%v"

if defined JAVA_HOME call :consider_jdk "%JAVA_HOME%"
for /f "delims=" %%j in ('where java 2^>nul') do for %%d in ("%%~dpj..") do call :consider_jdk "%%~fd"
for %%p in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks") do for /d %%d in ("%%~p\*") do call :consider_jdk "%%~d"
if not defined JDK (
    echo mvnw: no JDK %JAVA_WANTED% or newer was found: not in JAVA_HOME, not as java on the PATH, not in the usual places. 1>&2
    echo Install one, for example from https://adoptium.net, or let JAVA_HOME name the directory of one. 1>&2
    exit /b 1
)
set "JAVA_HOME=%JDK%"

for /f "tokens=3" %%v in ('mvn --version 2^>nul ^| findstr /c:"Apache Maven"') do call :consider_maven "%%v"
if defined MAVEN goto run

for /f "tokens=1* delims==" %%a in ('findstr /b "distribution" "%PROJECT%.mvn\wrapper\maven-wrapper.properties"') do set "%%a=%%b"
for %%u in ("%distributionUrl%") do set "NAME=%%~nu"
set "MAVEN_DIRECTORY=%USERPROFILE%\.m2\wrapper\dists\%NAME%\plain"
set "MAVEN=%MAVEN_DIRECTORY%\bin\mvn.cmd"
if exist "%MAVEN%" goto run
echo mvnw: fetching %distributionUrl% 1>&2
"%JAVA_HOME%\bin\java.exe" "%PROJECT%.mvn\wrapper\FetchMaven.java" "%distributionUrl%" "%MAVEN_DIRECTORY%" "%distributionSha512Sum%"
if errorlevel 1 (
    echo mvnw: Maven could not be fetched. Try again, or install Maven 3.9 or newer. 1>&2
    exit /b 1
)

:run
call "%MAVEN%" %*
exit /b %ERRORLEVEL%

:consider_jdk
if defined JDK exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "VERSION=0"
for /f "tokens=2 delims==" %%v in ('findstr /b /c:"JAVA_VERSION=" "%~1\release"') do for /f "delims=.-+" %%m in ("%%~v") do set "VERSION=%%m"
if %VERSION% GEQ %JAVA_WANTED% set "JDK=%~1"
exit /b 0

:consider_maven
set "FOUND=0"
for /f "tokens=1-3 delims=.-" %%a in ("%~1") do set /a "FOUND=%%a*1000000+%%b*1000+%%c" 2>nul
if %FOUND% GEQ %MAVEN_WANTED% set "MAVEN=mvn"
exit /b 0
